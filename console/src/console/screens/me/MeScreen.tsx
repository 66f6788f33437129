import { Screen } from "../../components/Screen";

export default function MeScreen() {
  return <Screen title="MeScreen" name="MeScreen">{null}</Screen>;
}
