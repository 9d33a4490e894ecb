/** The value of a size's formula as a plan states it: `floor((2 * H + 199) / 3)`. */
export function evaluateFormula(text: string, symbols: Readonly<Record<string, number>>): number {
  const tokens = text.match(/\d+|\w+|\S/g) ?? [];
  const take = (wanted?: string): string => {
    const token = tokens.shift() ?? "";
    if (wanted !== undefined && token !== wanted) throw new Error(`${token} where ${wanted} is wanted in ${text}`);
    return token;
  };
  const factor = (): number => {
    const token = take();
    let value = symbols[token] ?? Number(token);
    if (token === "(") {
      value = sum();
      take(")");
    } else if (token === "floor") {
      take("(");
      value = sum();
      take("/");
      value = Math.floor(value / factor());
      take(")");
    }
    if (Number.isNaN(value)) throw new Error(`${token} in ${text}`);
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[0] === "*") {
      take();
      value *= factor();
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === "+" || tokens[0] === "-") value += (take() === "+" ? 1 : -1) * product();
    return value;
  };
  const value = sum();
  if (tokens.length > 0) throw new Error(`${tokens.join(" ")} is left of ${text}`);
  return value;
}
