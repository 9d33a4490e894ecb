/** `--set` of a chain of stages: `steps=100` for all, `voc-fcn16s:optimizer.rate=1e-3` for one. */
import { UsageError } from "./fail.js";

export interface StageSettings {
  /** The settings of a stage: those of all, then its own. */
  of(stage: string): string[];
  /** @throws {UsageError} where a setting names a stage that there is not. */
  admit(stages: readonly string[]): void;
}

export function stageSettings(texts: readonly string[]): StageSettings {
  const settings = texts.map((text) => {
    const match = /^([\w.-]+):([^=]+=.*)$/s.exec(text);
    return match ? { stage: match[1] ?? "", text: match[2] ?? "" } : { stage: null, text };
  });
  return {
    of: (name) => settings.filter(({ stage }) => stage === null || stage === name).map(({ text }) => text),
    admit(stages) {
      const strange = settings.find(({ stage }) => stage !== null && !stages.includes(stage));
      if (strange === undefined) return;
      throw new UsageError(`--set names the stage \`${strange.stage}\`, and there is none`, [
        `stages are ${stages.join(", ")}`,
      ]);
    },
  };
}
