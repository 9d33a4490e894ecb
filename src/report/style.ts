/** How a report looks: light and dark, on paper and on a phone. */
import { HEAT_STYLE } from "./confusion-map.js";
import { PLOT_STYLE } from "./panel.js";

const PAGE_STYLE = `
:root{--ground:#fff;--ink:#24292f;--faint:#57606a;--line:#d0d7de;--soft:#f6f8fa;--bar:#0060a8}
@media (prefers-color-scheme: dark){:root{--ground:#0d1117;--ink:#e6edf3;--faint:#9da7b3;--line:#3d444d;--soft:#161b22;--bar:#5ab4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:40px 0 12px;border-bottom:1px solid var(--line);padding-bottom:4px}
h3{font-size:1rem;margin:20px 0 8px}
p{margin:8px 0}
.faint,caption,figcaption{color:var(--faint)}
.note{border-left:4px solid var(--line);padding:4px 12px;background:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:12px 0}
dt{color:var(--faint)}
dd{margin:0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0}
.tile{border:1px solid var(--line);border-radius:8px;padding:10px 14px;background:var(--soft)}
.tile b{display:block;font-size:1.5rem;line-height:1.2}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:12px}
.plots svg{width:100%;height:auto;max-width:560px}
.heat{max-width:100%;height:auto}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:24px;align-items:start}
.two>*{min-width:0}
.scroll{overflow-x:auto}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--bar);outline-offset:2px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0 0 6px}
th,td{padding:3px 12px 3px 0;text-align:right;white-space:nowrap}
.words td,.words thead th{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:9rem;vertical-align:top}
tbody tr{border-top:1px solid var(--line)}
th{font-weight:600}
tbody th{text-align:left;font-weight:400}
thead th:first-child{text-align:left}
.bar .track{fill:var(--line)}
.bar .filled{fill:var(--bar)}
.bar{vertical-align:middle;margin-right:8px}
svg.swatch{vertical-align:-1px;margin-right:6px}
rect.swatch{stroke:var(--faint);stroke-width:1}
.samples{display:grid;gap:20px}
figure{margin:0}
.row{display:grid;grid-template-columns:repeat(3,1fr);gap:8px;max-width:980px}
.row>div{min-width:0}
.row img{width:100%;height:auto;display:block;border:1px solid var(--line);image-rendering:auto}
.row span{font-size:.85rem;color:var(--faint)}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:8px 0 16px}
pre{background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto;font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:0}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
`;

export const REPORT_STYLE = `${PAGE_STYLE}${PLOT_STYLE}${HEAT_STYLE}`;
