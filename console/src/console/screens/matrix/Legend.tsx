import { texts } from "../../texts/matrix";
import { SIGNS } from "./signs";

const KINDS = ["direct", "redundant", "inherited", "pattern", "added", "removed", "addedAbove", "locked"] as const;

/** What the signs of the matrix mean. */
export function Legend() {
  return (
    <ul className="plain-list matrix-legend faint" aria-label={texts.legend}>
      {KINDS.map((kind) => (
        <li key={kind}><span className="matrix-sign" data-kind={kind} aria-hidden>{SIGNS[kind]}</span> {texts.signs[kind]}</li>
      ))}
      <li>{texts.keys}</li>
    </ul>
  );
}
