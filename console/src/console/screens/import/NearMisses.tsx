import { Button } from "@mantine/core";
import type { Named } from "../../draft/changes";
import { texts } from "../../texts/people";

interface Props<Item extends Named> {
  readonly unknown: string;
  readonly near: readonly Item[];
  readonly onMean: (item: Item) => void;
}

/** Existing names that an unknown one may be a typing error of, each with a button that takes it. */
export function NearMisses<Item extends Named>({ unknown, near, onMean }: Props<Item>) {
  return (
    <>
      {near.map((item) => (
        <span key={item.id}>
          <span className="warning">{texts.import.meant(item.name)}</span>{" "}
          <Button size="compact-xs" variant="default" aria-label={texts.import.useOf(unknown, item.name)} onClick={() => onMean(item)}>{texts.import.use}</Button>{" "}
        </span>
      ))}
    </>
  );
}
