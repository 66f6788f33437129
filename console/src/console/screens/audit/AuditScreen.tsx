import { Screen } from "../../components/Screen";

export default function AuditScreen() {
  return <Screen title="AuditScreen" name="AuditScreen">{null}</Screen>;
}
