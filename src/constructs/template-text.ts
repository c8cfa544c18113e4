import { isUnresolved } from "./unresolved";

/**
 * Text that Terraform must not read as a template: `${` and `%{` are escaped. For what is SQL and may contain anything;
 * a value of another resource comes as a token, which stays one.
 */
export function templateText(text: string): string {
  return isUnresolved(text) ? text : text.replace(/\$\{|%\{/g, (start) => start.charAt(0) + start);
}
