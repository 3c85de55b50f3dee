import { useRoute } from "wouter";

import { CallPage } from "./CallPage";
import { Journal } from "./Journal";

/** `/calls`, `/calls/ID` (the drawer over the list), `/calls/ID/page`. */
export default function Calls() {
  const [isPage, params] = useRoute<{ id: string }>("/calls/:id/page");
  return isPage ? <CallPage id={params.id} /> : <Journal />;
}
