import { diagnose, type Code, type Diagnostic, type DiagnosticDetails } from "../diagnostics/diagnostic.js";

/** A Caffe file cannot be read on. Whoever asked for it shows the diagnostic. */
export class CaffeFault extends Error {
  readonly diagnostic: Diagnostic;

  constructor(code: Code, message: string, details: DiagnosticDetails = {}) {
    super(message);
    this.name = "CaffeFault";
    this.diagnostic = diagnose(code, message, details);
  }
}
