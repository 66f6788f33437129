/** What one tab tells the others of the same browser. */
export type Announcement = "session";

const channel = new BroadcastChannel("keyward");

/** Tells the other tabs that the session began, ended or changed. */
export function announce(event: Announcement): void {
  channel.postMessage(event);
}

/** Calls `listener` for announcements of other tabs. */
export function onAnnouncement(listener: (event: Announcement) => void): () => void {
  const handle = ({ data }: MessageEvent<Announcement>) => listener(data);
  channel.addEventListener("message", handle);
  return () => channel.removeEventListener("message", handle);
}
