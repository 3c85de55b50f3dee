import { Stack } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Page } from "@/ui/Page";

import classes from "./account.module.css";
import { Codes } from "./Codes";
import { Look } from "./Look";
import { NewToken } from "./NewToken";
import { Password } from "./Password";
import { Phones } from "./Phones";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

/** What everybody decides for himself: how he signs in, his programs, his phones, his look. */
export default function Account() {
  const t = useTexts("account");
  const { person, fullName } = useSession();
  return (
    <Page title={t("title", { name: fullName })}>
      <div className={classes["columns"]}>
        <Stack gap="xl">
          <Password />
          <Codes />
          <Look />
        </Stack>
        <Stack gap="xl">
          <Phones name={person} />
          <Sessions name={person} />
          <Tokens name={person}>
            <NewToken />
          </Tokens>
        </Stack>
      </div>
    </Page>
  );
}
