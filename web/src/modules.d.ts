declare module "virtual:mantine-styles";

/** One icon each, so that a build does not read six thousand of them. */
declare module "@tabler/icons-react/dist/esm/icons/*.mjs" {
  import type { Icon } from "@tabler/icons-react";
  const icon: Icon;
  export default icon;
}
