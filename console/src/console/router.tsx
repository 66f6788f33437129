import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NotFound } from "./components/State";
import { Gate } from "./session/Gate";
import { auditSearch } from "./screens/audit/search";
import { keysSearch } from "./screens/keys/search";
import { meSearch } from "./screens/me/search";
import { permissionSearch, permissionsSearch } from "./screens/permissions/search";
import { policySearch } from "./screens/policy/search";
import { roleSearch, rolesSearch } from "./screens/roles/search";
import { sessionsSearch } from "./screens/sessions/search";
import { userSearch, usersSearch } from "./screens/users/search";
import { whySearch } from "./screens/why/search";

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound });
const getParentRoute = () => root;

/** All addresses of the console. Each screen is loaded when it is first shown. */
const routeTree = root.addChildren([
  createRoute({ getParentRoute, path: "/", component: lazyRouteComponent(() => import("./screens/overview/OverviewScreen")) }),
  createRoute({ getParentRoute, path: "/users", validateSearch: usersSearch, component: lazyRouteComponent(() => import("./screens/users/UsersScreen")) }),
  createRoute({ getParentRoute, path: "/users/$id", validateSearch: userSearch, component: lazyRouteComponent(() => import("./screens/users/UserScreen")) }),
  createRoute({ getParentRoute, path: "/import", component: lazyRouteComponent(() => import("./screens/import/ImportScreen")) }),
  createRoute({ getParentRoute, path: "/sessions", validateSearch: sessionsSearch, component: lazyRouteComponent(() => import("./screens/sessions/SessionsScreen")) }),
  createRoute({ getParentRoute, path: "/roles", validateSearch: rolesSearch, component: lazyRouteComponent(() => import("./screens/roles/RolesScreen")) }),
  createRoute({ getParentRoute, path: "/roles/$id", validateSearch: roleSearch, component: lazyRouteComponent(() => import("./screens/roles/RoleScreen")) }),
  createRoute({ getParentRoute, path: "/permissions", validateSearch: permissionsSearch, component: lazyRouteComponent(() => import("./screens/permissions/PermissionsScreen")) }),
  createRoute({ getParentRoute, path: "/permissions/$id", validateSearch: permissionSearch, component: lazyRouteComponent(() => import("./screens/permissions/PermissionScreen")) }),
  createRoute({ getParentRoute, path: "/sod", component: lazyRouteComponent(() => import("./screens/sod/ConstraintsScreen")) }),
  createRoute({ getParentRoute, path: "/sod/$id", component: lazyRouteComponent(() => import("./screens/sod/ConstraintScreen")) }),
  createRoute({ getParentRoute, path: "/why", validateSearch: whySearch, component: lazyRouteComponent(() => import("./screens/why/WhyScreen")) }),
  createRoute({ getParentRoute, path: "/audit", validateSearch: auditSearch, component: lazyRouteComponent(() => import("./screens/audit/AuditScreen")) }),
  createRoute({ getParentRoute, path: "/policy", validateSearch: policySearch, component: lazyRouteComponent(() => import("./screens/policy/PolicyScreen")) }),
  createRoute({ getParentRoute, path: "/keys", validateSearch: keysSearch, component: lazyRouteComponent(() => import("./screens/keys/KeysScreen")) }),
  createRoute({ getParentRoute, path: "/me", validateSearch: meSearch, component: lazyRouteComponent(() => import("./screens/me/MeScreen")) }),
  // These are shown by the gate, without a session.
  createRoute({ getParentRoute, path: "/setup" }),
  createRoute({ getParentRoute, path: "/reset" }),
]);

export const router = createRouter({ routeTree, scrollRestoration: true, defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
