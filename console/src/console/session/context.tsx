import { createContext, use, useMemo } from "react";
import { texts } from "../texts/shell";
import type { Viewer } from "./store";

const ViewerContext = createContext<Viewer | null>(null);

export const ViewerProvider = ViewerContext.Provider;

/** The signed-in user. Only below the sign-in form's place in the tree. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (!viewer) throw new Error("nobody is signed in here");
  return viewer;
}

/** Whether the session has a permission, by name. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useViewer();
  return useMemo(() => {
    const held = new Set(permissions);
    return (permission) => held.has(permission);
  }, [permissions]);
}

/** What to say of a permission that the session lacks, such as `You lack role:write.`; null when it has it. */
export function useLack(): (permission: string) => string | null {
  const may = useMay();
  return (permission) => (may(permission) ? null : texts.lacks(permission));
}
