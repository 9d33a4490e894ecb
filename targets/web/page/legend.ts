/** Which classes are in the picture, with what share, and which of them are shown. */
import { percent } from "../../../src/images/percent.js";
import type { ClassShare } from "../runtime/types.js";
import { element, make } from "./elements.js";
import { cssColor, type Shown } from "./stage.js";

const list = element("legend", HTMLUListElement);
const others = element("others", HTMLDetailsElement);

/**
 * @param hidden classes that are left clear; ticks in the legend change it
 * @param onChange called when they did
 */
export function showLegend({ head, classes }: Shown, hidden: Set<number>, onChange: () => void): void {
  list.replaceChildren(...head.classes.map((share) => entry(share, hidden, onChange)));
  const seen = new Set(head.classes.map(({ index }) => index));
  const rest = classes.filter((_, index) => !seen.has(index));
  others.hidden = rest.length === 0;
  const title = rest.length === 1 ? "1 class is not in it" : `${rest.length} classes are not in it`;
  element("others-title", HTMLElement).textContent = title;
  element("others-list", HTMLUListElement).replaceChildren(
    ...rest.map(({ name, color }) => make("li", "", swatch(color), name)),
  );
}

function entry({ index, name, color, share }: ClassShare, hidden: Set<number>, onChange: () => void): HTMLLIElement {
  const tick = make("input");
  Object.assign(tick, { type: "checkbox", checked: !hidden.has(index) });
  tick.addEventListener("change", () => {
    if (tick.checked) hidden.delete(index);
    else hidden.add(index);
    onChange();
  });
  const bar = make("span", "bar");
  bar.style.width = `${100 * share}%`;
  const percents = make("span", "share", percent(share));
  return make("li", "", make("label", "", tick, swatch(color), make("span", "", name), percents, bar));
}

function swatch(color: readonly number[]): HTMLSpanElement {
  const made = make("span", "swatch");
  made.style.backgroundColor = cssColor(color);
  return made;
}
