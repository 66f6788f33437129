//! Each function of ANSI INCITS 359, the operation that implements it, and its tests.

/// A function of the standard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub name: &'static str,
    /// Coordinates in the schema.
    pub operations: &'static [&'static str],
    /// Tests of this binary.
    pub tests: &'static [&'static str],
}

/// A part of the standard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub title: &'static str,
    pub note: &'static str,
    pub functions: &'static [Function],
}

const fn function(name: &'static str, operations: &'static [&'static str], tests: &'static [&'static str]) -> Function {
    Function { name, operations, tests }
}

/// All functions, part by part.
pub(super) const PARTS: [Part; 4] = [CORE, HIERARCHICAL, STATIC, DYNAMIC];

const CORE: Part = Part {
    title: "Core RBAC",
    note: "",
    functions: &[
        function(
            "AddUser",
            &["Mutation.userCreate"],
            &["conformance::core::add_user_creates_a_user_without_sessions_and_rejects_a_name_in_use"],
        ),
        function(
            "DeleteUser",
            &["Mutation.userDelete"],
            &["conformance::core::delete_user_deletes_assignments_and_sessions_and_rejects_unknown_users"],
        ),
        function(
            "AddRole",
            &["Mutation.roleCreate"],
            &["conformance::core::add_role_creates_a_role_without_users_or_permissions_and_rejects_a_name_in_use"],
        ),
        function(
            "DeleteRole",
            &["Mutation.roleDelete"],
            &["conformance::core::delete_role_deletes_assignments_and_grants_and_rejects_unknown_roles"],
        ),
        function(
            "AssignUser",
            &["Mutation.userAssignRoles", "Mutation.roleAssignUsers"],
            &[
                "conformance::core::assign_user_adds_the_pair_once_and_rejects_unknown_users_and_roles",
                "conformance::core::one_role_is_assigned_to_and_unassigned_from_many_users_all_or_none",
            ],
        ),
        function(
            "DeassignUser",
            &["Mutation.userUnassignRoles", "Mutation.roleUnassignUsers"],
            &[
                "conformance::core::deassign_user_removes_the_pair_and_rejects_unknown_users_and_roles",
                "conformance::core::one_role_is_assigned_to_and_unassigned_from_many_users_all_or_none",
            ],
        ),
        function(
            "GrantPermission",
            &["Mutation.roleGrantPermissions"],
            &["conformance::core::grant_permission_adds_the_pair_and_rejects_unknown_roles_and_permissions"],
        ),
        function(
            "RevokePermission",
            &["Mutation.roleRevokePermissions"],
            &["conformance::core::revoke_permission_removes_the_pair_and_rejects_unknown_roles_and_permissions"],
        ),
        function(
            "CreateSession",
            &["Mutation.login"],
            &[
                "conformance::core::create_session_activates_the_requested_roles_and_rejects_unknown_users_and_unassigned_roles",
            ],
        ),
        function(
            "DeleteSession",
            &["Mutation.logout", "Mutation.sessionRevoke"],
            &["conformance::core::delete_session_ends_it_and_rejects_unknown_sessions_and_those_of_others"],
        ),
        function(
            "AddActiveRole",
            &["Mutation.sessionActivateRoles"],
            &["conformance::core::add_active_role_activates_it_and_rejects_unknown_and_unassigned_roles"],
        ),
        function(
            "DropActiveRole",
            &["Mutation.sessionDeactivateRoles"],
            &["conformance::core::drop_active_role_deactivates_it_in_this_session_only"],
        ),
        function(
            "CheckAccess",
            &["Query.can", "Query.canEach", "Query.checkAccess"],
            &["conformance::core::check_access_is_true_exactly_when_an_active_role_is_granted_the_permission"],
        ),
        function("AssignedUsers", &["Role.assignedUsers"], &[ASSIGNED]),
        function("AssignedRoles", &["User.roles"], &[ASSIGNED]),
        function("RolePermissions", &["Role.permissions"], &[PERMISSIONS]),
        function("UserPermissions", &["User.effectivePermissions"], &[PERMISSIONS]),
        function("SessionRoles", &["Session.activeRoles", "Viewer.roles"], &[SESSION]),
        function("SessionPermissions", &["Session.permissions", "Viewer.permissions"], &[SESSION]),
        function("RoleOperationsOnObject", &["Role.operationsOn"], &[OPERATIONS]),
        function("UserOperationsOnObject", &["User.operationsOn"], &[OPERATIONS]),
    ],
};

const ASSIGNED: &str = "conformance::core::assigned_users_and_assigned_roles_list_pairs_and_nothing_for_unknown_ids";
const PERMISSIONS: &str = "conformance::core::role_permissions_and_user_permissions_list_the_grants";
const SESSION: &str = "conformance::core::session_roles_and_session_permissions_list_the_active_ones";
const OPERATIONS: &str = "conformance::core::operations_on_an_object_are_those_of_the_role_and_those_of_the_user";

const HIERARCHICAL: Part = Part {
    title: "Role hierarchy (hierarchical RBAC)",
    note: "General hierarchies. A limited hierarchy is one with at most one junior per role; it is not enforced.",
    functions: &[
        function(
            "AddInheritance",
            &["Mutation.roleAddInheritance"],
            &["conformance::hierarchy::add_inheritance_inherits_permissions_and_rejects_cycles_and_unknown_roles"],
        ),
        function(
            "DeleteInheritance",
            &["Mutation.roleRemoveInheritance"],
            &["conformance::hierarchy::delete_inheritance_leaves_the_closure_of_the_other_edges"],
        ),
        function(
            "AddAscendant",
            &["Mutation.roleCreate"],
            &["conformance::hierarchy::add_ascendant_creates_a_senior_of_a_role_or_nothing"],
        ),
        function(
            "AddDescendant",
            &["Mutation.roleCreate"],
            &["conformance::hierarchy::add_descendant_creates_a_junior_of_a_role_or_nothing"],
        ),
        function("CreateSession", &["Mutation.login"], &[ACTIVATION]),
        function("AddActiveRole", &["Mutation.sessionActivateRoles"], &[ACTIVATION]),
        function("AuthorizedUsers", &["Role.authorizedUsers"], &[AUTHORIZED]),
        function("AuthorizedRoles", &["User.authorizedRoles"], &[AUTHORIZED]),
        function("RolePermissions", &["Role.effectivePermissions"], &[REVIEW]),
        function("UserPermissions", &["User.effectivePermissions"], &[REVIEW]),
        function("RoleOperationsOnObject", &["Role.operationsOn"], &[REVIEW]),
        function("UserOperationsOnObject", &["User.operationsOn"], &[REVIEW]),
    ],
};

const ACTIVATION: &str = "conformance::hierarchy::create_session_and_add_active_role_accept_authorized_roles";
const AUTHORIZED: &str = "conformance::hierarchy::authorized_users_and_roles_follow_the_hierarchy";
const REVIEW: &str = "conformance::hierarchy::review_functions_include_inherited_permissions";

const STATIC: Part = Part {
    title: "Static separation of duty",
    note: "Evaluated over authorized roles: inherited roles and future assignments count.",
    functions: &[
        function("CreateSsdSet", &["Mutation.sodConstraintCreate"], &[CREATE]),
        function("AddSsdRoleMember", &["Mutation.sodConstraintAddRoles"], &[ADD]),
        function("DeleteSsdRoleMember", &["Mutation.sodConstraintRemoveRoles"], &[REMOVE]),
        function("SetSsdSetCardinality", &["Mutation.sodConstraintUpdate"], &[SET]),
        function("DeleteSsdSet", &["Mutation.sodConstraintDelete"], &[DELETE]),
        function("AssignUser", &["Mutation.userAssignRoles", "Mutation.roleAssignUsers"], &[ENFORCE_STATIC]),
        function("AddInheritance", &["Mutation.roleAddInheritance"], &[ENFORCE_STATIC]),
        function("SsdRoleSets", &["Query.sodConstraints"], &[LIST]),
        function("SsdRoleSetRoles", &["SodConstraint.roles"], &[LIST]),
        function("SsdRoleSetCardinality", &["SodConstraint.limit"], &[LIST]),
    ],
};

const DYNAMIC: Part = Part {
    title: "Dynamic separation of duty",
    note: "Evaluated over the active roles of a session and the roles they inherit.",
    functions: &[
        function("CreateDsdSet", &["Mutation.sodConstraintCreate"], &[CREATE]),
        function("AddDsdRoleMember", &["Mutation.sodConstraintAddRoles"], &[ADD]),
        function("DeleteDsdRoleMember", &["Mutation.sodConstraintRemoveRoles"], &[REMOVE]),
        function("SetDsdSetCardinality", &["Mutation.sodConstraintUpdate"], &[SET]),
        function("DeleteDsdSet", &["Mutation.sodConstraintDelete"], &[DELETE]),
        function("CreateSession", &["Mutation.login"], &[ENFORCE_DYNAMIC]),
        function("AddActiveRole", &["Mutation.sessionActivateRoles"], &[ENFORCE_DYNAMIC]),
        function("DsdRoleSets", &["Query.sodConstraints"], &[LIST]),
        function("DsdRoleSetRoles", &["SodConstraint.roles"], &[LIST]),
        function("DsdRoleSetCardinality", &["SodConstraint.limit"], &[LIST]),
    ],
};

const CREATE: &str = "conformance::separation::\
     create_set_rejects_names_in_use_unknown_roles_invalid_limits_and_existing_violations";
const ADD: &str = "conformance::separation::add_role_member_rejects_unknown_sets_and_roles_and_existing_violations";
const REMOVE: &str =
    "conformance::separation::delete_role_member_rejects_unknown_sets_and_fewer_members_than_the_limit";
const SET: &str = "conformance::separation::\
     set_cardinality_rejects_unknown_sets_invalid_limits_and_existing_violations";
const DELETE: &str = "conformance::separation::delete_set_deletes_it_and_rejects_unknown_sets";
const LIST: &str = "conformance::separation::sets_are_listed_by_kind_with_their_roles_and_limits";
const ENFORCE_STATIC: &str = "conformance::separation::assign_user_and_add_inheritance_enforce_static_sets";
const ENFORCE_DYNAMIC: &str = "conformance::separation::create_session_and_add_active_role_enforce_dynamic_sets";

const SIMULATION: &str = "administration::simulation::random_administration_keeps_to_the_rules";
const BEYOND: &str = "administration::authority::nothing_beyond_authority_can_be_granted_or_changed";
const ESCALATE: &str =
    "administration::authority::a_holder_of_escalate_grants_beyond_authority_but_changes_no_user_beyond_it";

/// The invariants of administration, and their tests.
pub(super) const INVARIANTS: [(&str, &str, &[&str]); 9] = [
    (
        "R1",
        "No mutation extends a user's permissions beyond the actor's authority, in extent or duration, unless the actor holds \
         `rbac:escalate`.",
        &[SIMULATION, BEYOND, ESCALATE],
    ),
    (
        "R2",
        "Assignments and deassignments require `role:assign`, direct grants `permission:grant`, in addition to R1 and R4.",
        &[SIMULATION, "administration::authority::everything_within_authority_can_be_granted_and_changed"],
    ),
    (
        "R3",
        "Indirect grants count: inheritance, changes of roles, nested inputs, import, default roles.",
        &[SIMULATION, BEYOND, "administration::incidents::i3_cve_2026_9795_no_role_gains_what_its_editor_lacks"],
    ),
    (
        "R4",
        "Only users and roles whose permissions are within the actor's authority may be changed, and constraints all of whose \
         roles are; the actor's own account is exempt.",
        &[
            SIMULATION,
            BEYOND,
            ESCALATE,
            "constraints::authority::loosening_renaming_and_deleting_take_the_same_authority_as_making",
        ],
    ),
    ("R5", "No actor assigns to itself what it could not assign to another user.", &[SIMULATION]),
    (
        "R6",
        "Every system permission keeps a human holder who is not suspended, through a grant that is in effect and permanent.",
        &[
            SIMULATION,
            "decisions::lockout::the_last_administrator_stays_on_every_path_that_changes_a_user",
            "decisions::lockout::the_last_administrator_stays_on_every_path_that_changes_a_role",
            "decisions::lockout::the_last_direct_grant_stays",
        ],
    ),
    ("R7", "Service credentials never exceed the current permissions of their owner.", &[]),
    (
        "R8",
        "Separation of duty holds in every reachable state, including states reached by time.",
        &[SIMULATION, ENFORCE_STATIC, ENFORCE_DYNAMIC],
    ),
    (
        "R9",
        "A denied change has no effect and is audited.",
        &[SIMULATION, "audit::denials::f16_a_denied_change_has_an_entry_with_its_code"],
    ),
];
