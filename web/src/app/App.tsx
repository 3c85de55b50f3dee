import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";

import { Gate } from "./Gate";
import { onLanguage } from "./i18n";
import { queries } from "./queries";
import { followSession } from "./session";
import { cssVariables, theme } from "./theme";

followSession(queries);
onLanguage(() => void queries.invalidateQueries());

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  );
}
