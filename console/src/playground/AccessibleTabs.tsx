import { useEffect } from "react";

/**
 * Corrects the roles of GraphiQL's tabs: it puts buttons into elements of the role `tab`, which assistive technology then
 * hides. The tabs become a list of buttons, of which one is current.
 */
export function AccessibleTabs() {
  useEffect(() => {
    const observer = new MutationObserver(correct);
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["role", "aria-selected"] });
    correct();
    return () => observer.disconnect();
  }, []);
  return null;
}

function correct(): void {
  document.querySelector(".graphiql-tabs[role]")?.removeAttribute("role");
  for (const item of document.querySelectorAll(".graphiql-tab[aria-selected]")) {
    const isCurrent = item.getAttribute("aria-selected") === "true";
    item.removeAttribute("role");
    item.removeAttribute("aria-selected");
    item.querySelector(".graphiql-tab-button")?.setAttribute("aria-current", String(isCurrent));
  }
}
