import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { announce, onAnnouncement } from "../../shared/tabs";
import { client } from "../api/client";
import { request, setCsrfToken } from "../api/request";
import type { ViewerQuery as Result } from "../gql/graphql";
import { ViewerQuery } from "./documents";

/** The session of this browser: the signed-in user with what they may do now. */
export type Viewer = NonNullable<Result["viewer"]>;

/** How often the session is read: a revoked one is noticed within this time, in milliseconds. */
const POLL_INTERVAL = 3000;
const KEY = ["viewer"];

let shown: string | null = null;
let hadSession = false;

async function readViewer(): Promise<Viewer | null> {
  const { data } = await request(ViewerQuery, {});
  const { viewer } = data;
  setCsrfToken(viewer?.csrfToken ?? null);
  const session = viewer?.session?.id ?? null;
  // What another session could read must not stay on the screen.
  if (shown !== null && shown !== session) forgetAnswers();
  shown = session;
  hadSession ||= session !== null;
  return viewer;
}

function forgetAnswers(): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}

/** The session: undefined while it is unknown, null when nobody is signed in. */
export function useSession(): { viewer: Viewer | null | undefined; error: Error | null } {
  const { data, error } = useQuery({ queryKey: KEY, queryFn: readViewer, refetchInterval: POLL_INTERVAL, staleTime: 0 });
  useEffect(() => onAnnouncement(() => void client.invalidateQueries({ queryKey: KEY })), []);
  return { viewer: data, error };
}

/** Whether this page had a session that is gone, rather than just having been opened. */
export function wasSignedIn(): boolean {
  return hadSession;
}

/** Notes that the user logged out: the login form then says nothing of a session that has ended. */
export function loggedOut(): void {
  hadSession = false;
}

/** Reads the session again after this tab changed it, and tells the other tabs. */
export async function sessionChanged(): Promise<void> {
  await client.invalidateQueries({ queryKey: KEY });
  announce("session");
}
