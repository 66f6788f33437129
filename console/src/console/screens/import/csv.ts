/** A record of a CSV text (RFC 4180) with the line that it begins on, counted from 1. */
export interface Record {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads CSV. Cells are separated by commas, or by tabs when the first line has one, as text copied from a spreadsheet has. */
export function parseCsv(text: string): readonly Record[] {
  const separator = text.slice(0, Math.max(text.indexOf("\n"), 0) || text.length).includes("\t") ? "\t" : ",";
  const records: Record[] = [];
  let cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  let line = 1;
  let start = 1;
  const endCell = () => {
    cells.push(cell.trim());
    cell = "";
  };
  const endRecord = () => {
    endCell();
    if (cells.some((value) => value !== "")) records.push({ line: start, cells });
    cells = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\n") line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell.trim() === "") isQuoted = true;
    else if (character === separator) endCell();
    else if (character === "\n") {
      endRecord();
      start = line;
    } else if (character !== "\r") cell += character;
  }
  endRecord();
  return records;
}
