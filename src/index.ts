/**
 * fcnc as a library, for Node and for pages: specs to diagnostics and plans, and formatting. `fcnc/node` adds the disk,
 * weights, targets and engines.
 */
export {
  check,
  compile,
  readDataCall,
  type CheckResult,
  type CompileOptions,
  type CompileResult,
  type DataCallResult,
  type Spec,
} from "./compile.js";
export { format } from "../grammar/format.js";
export { parse } from "../grammar/parse.js";
export { catalogue, renderPage } from "./catalogue.js";
export type { Code, Diagnostic, Fix, Label, Severity, Span } from "./diagnostics/diagnostic.js";
export { diffNets } from "./diff/diff.js";
export { draw } from "./draw/draw.js";
export { diagnosticsJson } from "./diagnostics/json.js";
export { SourceFile, Sources } from "./diagnostics/sources.js";
export { renderTerminal } from "./diagnostics/terminal.js";
export { HostError, memoryHost, resolvePath, type Host, type HostFault } from "./host.js";
export { inspect } from "./inspect/report.js";
export { explainLayer, renderExplanation } from "./inspect/explain.js";
export { renderInspect } from "./inspect/table.js";
export type * from "./model/plan.js";
