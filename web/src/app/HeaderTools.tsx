import { Notices } from "./Notices";
import { QuickSearch } from "./QuickSearch";
import classes from "./frame.module.css";
import { UserMenu } from "./UserMenu";

/** At the right of the head on every page: search, notices, who I am. */
export function HeaderTools() {
  return (
    <div className={classes["tools"]}>
      <QuickSearch />
      <Notices />
      <UserMenu />
    </div>
  );
}
