import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "src/api/schema.d.ts"] },
  ...tseslint.configs.strict,
  hooks.configs.flat["recommended-latest"] ?? hooks.configs.flat.recommended,
  {
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "no-eval": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
);
