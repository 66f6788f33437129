import { Screen } from "../../components/Screen";

export default function OverviewScreen() {
  return <Screen title="OverviewScreen" name="OverviewScreen">{null}</Screen>;
}
