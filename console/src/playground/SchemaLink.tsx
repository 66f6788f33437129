import { useEffect, useState } from "react";
import { texts } from "./texts";

const ADDRESS = "/schema.graphql";

/** A link to the schema with its guards, where the service serves it. */
export function SchemaLink() {
  const [isServed, setServed] = useState(false);
  useEffect(() => {
    fetch(ADDRESS, { method: "HEAD" }).then(
      ({ ok }) => setServed(ok),
      () => setServed(false),
    );
  }, []);
  return isServed && <a href={ADDRESS}>{texts.schema.download}</a>;
}
