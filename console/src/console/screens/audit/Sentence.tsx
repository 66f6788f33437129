import { Fragment } from "react";

/** A sentence of the service; what stands between backticks is a name. */
export function Sentence({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) => (
    <Fragment key={index}>{index % 2 === 1 ? <code className="name">{part}</code> : part}</Fragment>
  ));
}
