import { type RefObject, useEffect, useState } from "react";

interface Shown {
  readonly text: string;
  readonly left: number;
  readonly top: number;
}

const MARGIN = 8;
const WIDTH = 320;

/** Says what the cell under the pointer or with the focus is. It has a state of its own, so that the grid stays as it is. */
export function Tip({ within }: { readonly within: RefObject<HTMLElement | null> }) {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const element = within.current;
    if (!element) return;
    const show = ({ target }: Event) => setShown(target instanceof Element ? tipOf(target.closest<HTMLElement>("[data-tip]")) : null);
    const hide = () => setShown(null);
    const hideOnEscape = ({ key }: KeyboardEvent) => key === "Escape" && hide();
    const controller = new AbortController();
    const { signal } = controller;
    element.addEventListener("pointerover", show, { signal });
    element.addEventListener("focusin", show, { signal });
    element.addEventListener("pointerleave", hide, { signal });
    element.addEventListener("focusout", hide, { signal });
    element.addEventListener("scroll", hide, { signal, passive: true });
    element.addEventListener("keydown", hideOnEscape, { signal });
    return () => controller.abort();
  }, [within]);
  if (!shown) return null;
  return <div role="tooltip" className="matrix-tip" style={{ left: shown.left, top: shown.top, maxWidth: WIDTH }}>{shown.text}</div>;
}

function tipOf(element: HTMLElement | null): Shown | null {
  const text = element?.dataset["tip"];
  if (!element || !text) return null;
  const { left, bottom } = element.getBoundingClientRect();
  return { text, left: Math.max(MARGIN, Math.min(left, innerWidth - WIDTH - MARGIN)), top: bottom + 4 };
}
