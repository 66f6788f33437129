import { Screen } from "../../components/Screen";

export default function UserScreen() {
  return <Screen title="UserScreen" name="UserScreen">{null}</Screen>;
}
