import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import { useShared } from "./context";
import { asCurl, asFetch } from "./asRequest";
import { CopyButton } from "./CopyButton";
import type { Exchange } from "./endpoint";
import { linkTo } from "./link";
import { Explanations } from "./Explanations";
import { Prose } from "./Prose";
import { useStore } from "./store";
import { texts } from "./texts";

/** Below the response: its facts, its errors explained, and the request for use elsewhere. */
export function ResponseDetails() {
  const shared = useShared();
  const exchange = useStore(shared.lastExchange);
  const schema = useStore(shared.schema);
  const { activeTabIndex } = useGraphiQL(pick("activeTabIndex"));
  // The exchange was that of another tab.
  useEffect(() => shared.lastExchange.set(null), [shared, activeTabIndex]);
  return (
    <section className="response-details" aria-label={texts.response.region}>
      {(schema === "off" || schema === "failed") && (
        <p className="explanation">
          <Prose text={texts.schema[schema]} />
        </p>
      )}
      {exchange && <Explanations exchange={exchange} />}
      <footer>
        {exchange && <Facts exchange={exchange} />}
        <CopyLink />
      </footer>
    </section>
  );
}

function Facts({ exchange }: { readonly exchange: Exchange }) {
  const { request, status, milliseconds, bytes, policyRevision } = exchange;
  const facts = [`HTTP ${status}`, `${milliseconds.toFixed(0)} ms`, size(bytes)];
  if (policyRevision !== null) facts.push(`${texts.response.revision} ${policyRevision}`);
  return (
    <>
      <span>{facts.join(" · ")}</span>
      <CopyButton label={texts.response.curl} value={() => asCurl(request)} />
      <CopyButton label={texts.response.fetch} value={() => asFetch(request)} />
    </>
  );
}

/** Copies an address that opens the operation of the visible tab. */
function CopyLink() {
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  const link = () => linkTo({ query: queryEditor?.getValue() ?? "", variables: variableEditor?.getValue() ?? "" });
  return <CopyButton label={texts.response.link} value={link} />;
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
