import { Kbd, UnstyledButton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { texts } from "../texts/shell";

const PaletteDialog = lazy(() => import("./PaletteDialog"));

/** Opens the palette by button or key. */
export function Palette() {
  const [isOpen, palette] = useDisclosure(false);
  useHotkeys([["mod+K", palette.open]], []);
  return (
    <>
      <UnstyledButton className="ask" onClick={palette.open} aria-keyshortcuts="Control+K Meta+K" onMouseEnter={() => void import("./PaletteDialog")}>
        <Kbd size="xs" visibleFrom="xs">⌘K</Kbd>
        <span className="faint">{texts.palette.hint}: {texts.palette.placeholder}</span>
      </UnstyledButton>
      <Suspense>{isOpen && <PaletteDialog onClose={palette.close} />}</Suspense>
    </>
  );
}
