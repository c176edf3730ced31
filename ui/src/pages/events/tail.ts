/** Events as they happen, over the socket that other programs listen to, too. */

import { authorization } from "../../api/client";
import { boot } from "../../boot";
import type { Event } from "./types";

/** Listens until the answer is called. */
export function follow(filter: unknown, take: (event: Event) => void): () => void {
  const address = new URL(`${boot.api}/events/out`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address, "prefect");
  const secret = authorization();
  socket.onopen = () => {
    const bytes = Uint8Array.from(atob(secret?.replace(/^Basic /, "") ?? ""), (each) => each.charCodeAt(0));
    const token = secret === null ? null : new TextDecoder().decode(bytes);
    socket.send(JSON.stringify({ type: "auth", token }));
  };
  socket.onmessage = ({ data }) => {
    const told = JSON.parse(String(data)) as { type: string; event?: Event };
    if (told.type === "auth_success") socket.send(JSON.stringify({ type: "filter", filter, backfill: false }));
    else if (told.type === "event" && told.event) take(told.event);
  };
  return () => socket.close();
}
