/**
 * A validator for the keywords that our schemas use, after JSON Schema 2020-12. A keyword that it does not know is an
 * error of the schema, so that nothing is believed to be checked that is not.
 */
type Schema = Readonly<Record<string, unknown>>;

const annotations = new Set(["$schema", "$id", "$defs", "title", "description"]);

/** What is wrong with the value, with the place of each fault in it; nothing where it is valid. */
export function schemaProblems(schema: Schema, value: unknown, root: Schema = schema, path = "$"): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) =>
    annotations.has(keyword) ? [] : keywordProblems(keyword, expected, schema, value, root, path),
  );
}

function keywordProblems(
  keyword: string,
  expected: unknown,
  schema: Schema,
  value: unknown,
  root: Schema,
  path: string,
): string[] {
  const fault = (holds: boolean): string[] => (holds ? [] : [`${path}: ${keyword} ${JSON.stringify(expected)}`]);
  const within = (inner: unknown, item: unknown, at: string): string[] =>
    inner === false ? [`${at}: not allowed`] : schemaProblems(inner as Schema, item, root, at);
  switch (keyword) {
    case "$ref":
      return within(resolved(expected as string, root), value, path);
    case "type":
      return fault([expected].flat().some((type) => isOfType(value, type as string)));
    case "enum":
      return fault((expected as unknown[]).includes(value));
    case "anyOf":
      return fault((expected as Schema[]).some((inner) => schemaProblems(inner, value, root, path).length === 0));
    case "pattern":
      return fault(typeof value !== "string" || new RegExp(expected as string, "u").test(value));
    case "minLength":
      return fault(typeof value !== "string" || value.length >= (expected as number));
    case "minimum":
      return fault(typeof value !== "number" || value >= (expected as number));
    case "exclusiveMinimum":
      return fault(typeof value !== "number" || value > (expected as number));
    case "minItems":
      return fault(!Array.isArray(value) || value.length >= (expected as number));
    case "maxItems":
      return fault(!Array.isArray(value) || value.length <= (expected as number));
    case "items":
    case "prefixItems": {
      if (!Array.isArray(value)) return [];
      const schemas = keyword === "items" ? value.map(() => expected) : (expected as unknown[]);
      return schemas.flatMap((inner, i) => (i < value.length ? within(inner, value[i], `${path}[${i}]`) : []));
    }
    case "required":
      return isObject(value)
        ? (expected as string[]).flatMap((key) => (key in value ? [] : [`${path}: lacks ${key}`]))
        : [];
    case "properties":
      return isObject(value)
        ? Object.entries(expected as Schema).flatMap(([key, inner]) =>
            key in value ? within(inner, value[key], `${path}.${key}`) : [],
          )
        : [];
    case "additionalProperties": {
      const known = Object.keys((schema["properties"] ?? {}) as Schema);
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) =>
            known.includes(key) ? [] : within(expected, item, `${path}.${key}`),
          )
        : [];
    }
    default:
      throw new Error(`the schema uses \`${keyword}\`, which this validator does not know`);
  }
}

/** `#/$defs/formula` */
function resolved(reference: string, root: Schema): Schema {
  const found = reference
    .split("/")
    .slice(1)
    .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root);
  if (!isObject(found)) throw new Error(`the schema has no ${reference}`);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}
