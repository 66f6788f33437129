import { Tooltip } from "@mantine/core";
import { texts } from "../../texts/people";

/** Marks what few of a user's peers have. */
export function RareBadge() {
  return (
    <Tooltip label={texts.access.rareHint} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <span className="warning" tabIndex={0}>{texts.access.rare}</span>
    </Tooltip>
  );
}
