import { type Answer, request } from "../../api/request";
import type { TypedDocumentString } from "../../gql/graphql";

/** Fields of one operation: half of the number of aliases that the service accepts. */
const BATCH = 25;

interface Field {
  /** Type of the variable, such as `String!`. */
  readonly type: string;
  /** The field with its selection, where `$value` is the variable. */
  readonly field: string;
}

/** Runs one field for many values, several to an operation. `onBatch` gets the answers of each, in the order of the values. */
export async function forEach<Data>(
  operation: "query" | "mutation",
  name: string,
  { type, field }: Field,
  values: readonly unknown[],
  onBatch: (answer: Answer<Record<string, Data | null>>, start: number, length: number) => void,
): Promise<void> {
  for (let start = 0; start < values.length; start += BATCH) {
    const batch = values.slice(start, start + BATCH);
    const variables = Object.fromEntries(batch.map((value, index) => [`v${index}`, value]));
    const declared = batch.map((_, index) => `$v${index}: ${type}`).join(", ");
    const fields = batch.map((_, index) => `r${index}: ${field.replaceAll("$value", `$v${index}`)}`).join("\n");
    const document = `${operation} ${name}(${declared}) {\n${fields}\n}`;
    const answer = await request(document as unknown as TypedDocumentString<Record<string, Data | null>, typeof variables>, variables);
    onBatch(answer, start, batch.length);
  }
}

/** Answers of one field for many values, by value. */
export async function all<Data>(name: string, field: Field, values: readonly string[]): Promise<ReadonlyMap<string, Data>> {
  const found = new Map<string, Data>();
  await forEach<Data>("query", name, field, values, ({ data }, start, length) => {
    for (let index = 0; index < length; index += 1) {
      const value = data[`r${index}`];
      if (value) found.set(values[start + index] ?? "", value);
    }
  });
  return found;
}
