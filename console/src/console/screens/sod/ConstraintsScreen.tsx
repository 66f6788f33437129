import { Screen } from "../../components/Screen";

export default function ConstraintsScreen() {
  return <Screen title="ConstraintsScreen" name="ConstraintsScreen">{null}</Screen>;
}
