import { duration } from "./time";
import { useNow } from "./useNow";

type Props = { seconds: number | null } | { since: string };

/** `2:41`; with `since` it runs. Nothing is shown as a dash. */
export function Duration(props: Props) {
  if ("since" in props) return <Running since={props.since} />;
  return <span>{props.seconds === null ? "–" : duration(props.seconds)}</span>;
}

function Running({ since }: { since: string }) {
  const now = useNow("second");
  return <span>{duration((now - Date.parse(since)) / 1000)}</span>;
}
