//! Each function of ANSI INCITS 359, the operation that is it here, and the tests that hold it to the standard.

/// A function or an invariant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
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
    pub rows: &'static [Row],
}

const fn row(name: &'static str, operations: &'static [&'static str], tests: &'static [&'static str]) -> Row {
    Row { name, operations, tests }
}

/// All functions, part by part.
pub(super) const PARTS: [Part; 4] = [CORE, HIERARCHICAL, STATIC, DYNAMIC];

const CORE: Part = Part {
    title: "Core RBAC",
    note: "",
    rows: &[
        row(
            "AddUser",
            &["Mutation.userCreate"],
            &["conformance::core::add_user_adds_one_without_sessions_and_refuses_a_name_in_use"],
        ),
        row(
            "DeleteUser",
            &["Mutation.userDelete"],
            &["conformance::core::delete_user_takes_roles_and_sessions_along_and_refuses_whoever_is_not_there"],
        ),
        row(
            "AddRole",
            &["Mutation.roleCreate"],
            &["conformance::core::add_role_adds_one_without_users_or_permissions_and_refuses_a_name_in_use"],
        ),
        row(
            "DeleteRole",
            &["Mutation.roleDelete"],
            &["conformance::core::delete_role_takes_assignments_and_grants_along_and_refuses_one_that_is_not_there"],
        ),
        row(
            "AssignUser",
            &["Mutation.userAssignRoles", "Mutation.roleAssignUsers"],
            &[
                "conformance::core::assign_user_adds_the_pair_once_and_refuses_who_or_what_is_not_there",
                "conformance::core::one_role_is_assigned_to_and_taken_from_many_users_all_or_none",
            ],
        ),
        row(
            "DeassignUser",
            &["Mutation.userUnassignRoles", "Mutation.roleUnassignUsers"],
            &[
                "conformance::core::deassign_user_takes_the_pair_and_refuses_who_or_what_is_not_there",
                "conformance::core::one_role_is_assigned_to_and_taken_from_many_users_all_or_none",
            ],
        ),
        row(
            "GrantPermission",
            &["Mutation.roleGrantPermissions"],
            &["conformance::core::grant_permission_adds_the_pair_and_refuses_what_is_not_there"],
        ),
        row(
            "RevokePermission",
            &["Mutation.roleRevokePermissions"],
            &["conformance::core::revoke_permission_takes_the_pair_and_refuses_what_is_not_there"],
        ),
        row(
            "CreateSession",
            &["Mutation.login"],
            &[
                "conformance::core::create_session_takes_the_roles_asked_for_and_refuses_strangers_and_roles_not_assigned",
            ],
        ),
        row(
            "DeleteSession",
            &["Mutation.logout", "Mutation.sessionRevoke"],
            &["conformance::core::delete_session_ends_it_and_refuses_one_that_is_not_there_or_somebody_elses"],
        ),
        row(
            "AddActiveRole",
            &["Mutation.sessionActivateRoles"],
            &["conformance::core::add_active_role_adds_it_to_the_session_and_refuses_roles_unknown_or_not_assigned"],
        ),
        row(
            "DropActiveRole",
            &["Mutation.sessionDeactivateRoles"],
            &["conformance::core::drop_active_role_sets_it_aside_in_this_session_only"],
        ),
        row(
            "CheckAccess",
            &["Query.can", "Query.canEach", "Query.checkAccess"],
            &["conformance::core::check_access_is_true_exactly_when_an_active_role_is_granted_the_permission"],
        ),
        row("AssignedUsers", &["Role.assignedUsers"], &[ASSIGNED]),
        row("AssignedRoles", &["User.roles"], &[ASSIGNED]),
        row("RolePermissions", &["Role.permissions"], &[PERMISSIONS]),
        row("UserPermissions", &["User.effectivePermissions"], &[PERMISSIONS]),
        row("SessionRoles", &["Session.activeRoles", "Viewer.roles"], &[SESSION]),
        row("SessionPermissions", &["Session.permissions", "Viewer.permissions"], &[SESSION]),
        row("RoleOperationsOnObject", &["Role.operationsOn"], &[OPERATIONS]),
        row("UserOperationsOnObject", &["User.operationsOn"], &[OPERATIONS]),
    ],
};

const ASSIGNED: &str =
    "conformance::core::assigned_users_and_assigned_roles_list_pairs_and_nothing_of_what_is_not_there";
const PERMISSIONS: &str = "conformance::core::role_permissions_and_user_permissions_list_what_is_granted";
const SESSION: &str = "conformance::core::session_roles_and_session_permissions_list_what_is_active";
const OPERATIONS: &str = "conformance::core::operations_on_an_object_are_those_of_the_role_and_those_of_the_user";

const HIERARCHICAL: Part = Part {
    title: "Hierarchical RBAC",
    note: "General hierarchies. A limited hierarchy is one in which nobody uses more than one junior per role; it is not \
           enforced.",
    rows: &[
        row(
            "AddInheritance",
            &["Mutation.roleAddInheritance"],
            &["conformance::hierarchy::add_inheritance_hands_permissions_up_and_refuses_circles_and_roles_not_there"],
        ),
        row(
            "DeleteInheritance",
            &["Mutation.roleRemoveInheritance"],
            &["conformance::hierarchy::delete_inheritance_leaves_the_closure_of_the_other_edges"],
        ),
        row(
            "AddAscendant",
            &["Mutation.roleCreate"],
            &["conformance::hierarchy::add_ascendant_makes_a_role_above_another_or_neither"],
        ),
        row(
            "AddDescendant",
            &["Mutation.roleCreate"],
            &["conformance::hierarchy::add_descendant_makes_a_role_below_another_or_neither"],
        ),
        row("CreateSession", &["Mutation.login"], &[ACTIVATION]),
        row("AddActiveRole", &["Mutation.sessionActivateRoles"], &[ACTIVATION]),
        row("AuthorizedUsers", &["Role.authorizedUsers"], &[AUTHORISED]),
        row("AuthorizedRoles", &["User.authorizedRoles"], &[AUTHORISED]),
        row("RolePermissions", &["Role.effectivePermissions"], &[REVIEW]),
        row("UserPermissions", &["User.effectivePermissions"], &[REVIEW]),
        row("RoleOperationsOnObject", &["Role.operationsOn"], &[REVIEW]),
        row("UserOperationsOnObject", &["User.operationsOn"], &[REVIEW]),
    ],
};

const ACTIVATION: &str =
    "conformance::hierarchy::create_session_and_add_active_role_take_what_the_user_is_authorised_for";
const AUTHORISED: &str = "conformance::hierarchy::authorised_users_and_roles_follow_the_hierarchy";
const REVIEW: &str = "conformance::hierarchy::review_functions_include_what_is_inherited";

const STATIC: Part = Part {
    title: "Static separation of duty",
    note: "Over authorised roles: those inherited count, and so do assignments that have yet to begin.",
    rows: &[
        row("CreateSsdSet", &["Mutation.sodConstraintCreate"], &[CREATE]),
        row("AddSsdRoleMember", &["Mutation.sodConstraintAddRoles"], &[ADD]),
        row("DeleteSsdRoleMember", &["Mutation.sodConstraintRemoveRoles"], &[REMOVE]),
        row("SetSsdSetCardinality", &["Mutation.sodConstraintUpdate"], &[SET]),
        row("DeleteSsdSet", &["Mutation.sodConstraintDelete"], &[DELETE]),
        row("AssignUser", &["Mutation.userAssignRoles", "Mutation.roleAssignUsers"], &[KEEP_STATIC]),
        row("AddInheritance", &["Mutation.roleAddInheritance"], &[KEEP_STATIC]),
        row("SsdRoleSets", &["Query.sodConstraints"], &[LIST]),
        row("SsdRoleSetRoles", &["SodConstraint.roles"], &[LIST]),
        row("SsdRoleSetCardinality", &["SodConstraint.limit"], &[LIST]),
    ],
};

const DYNAMIC: Part = Part {
    title: "Dynamic separation of duty",
    note: "Over the roles that a session has active and what these inherit.",
    rows: &[
        row("CreateDsdSet", &["Mutation.sodConstraintCreate"], &[CREATE]),
        row("AddDsdRoleMember", &["Mutation.sodConstraintAddRoles"], &[ADD]),
        row("DeleteDsdRoleMember", &["Mutation.sodConstraintRemoveRoles"], &[REMOVE]),
        row("SetDsdSetCardinality", &["Mutation.sodConstraintUpdate"], &[SET]),
        row("DeleteDsdSet", &["Mutation.sodConstraintDelete"], &[DELETE]),
        row("CreateSession", &["Mutation.login"], &[KEEP_DYNAMIC]),
        row("AddActiveRole", &["Mutation.sessionActivateRoles"], &[KEEP_DYNAMIC]),
        row("DsdRoleSets", &["Query.sodConstraints"], &[LIST]),
        row("DsdRoleSetRoles", &["SodConstraint.roles"], &[LIST]),
        row("DsdRoleSetCardinality", &["SodConstraint.limit"], &[LIST]),
    ],
};

const CREATE: &str = "conformance::separation::\
     create_set_refuses_names_in_use_roles_unknown_limits_that_fit_not_and_whoever_breaks_it";
const ADD: &str = "conformance::separation::add_role_member_refuses_sets_and_roles_unknown_and_whoever_breaks_it_then";
const REMOVE: &str =
    "conformance::separation::delete_role_member_refuses_sets_unknown_and_to_leave_fewer_than_the_limit";
const SET: &str = "conformance::separation::\
     set_cardinality_refuses_sets_unknown_limits_that_fit_not_and_whoever_breaks_it_then";
const DELETE: &str = "conformance::separation::delete_set_ends_it_and_refuses_one_that_is_not_there";
const LIST: &str = "conformance::separation::sets_are_listed_by_kind_with_their_roles_and_limits";
const KEEP_STATIC: &str = "conformance::separation::assign_user_and_add_inheritance_keep_to_static_sets";
const KEEP_DYNAMIC: &str = "conformance::separation::create_session_and_add_active_role_keep_to_dynamic_sets";

/// What the standard leaves open, and what was chosen.
pub(super) const CHOICES: [(&str, &str); 11] = [
    (
        "Live sessions after a user or a role is deleted, deassigned or revoked",
        "At once: each check intersects what is active with what is authorised now. Sessions of a deleted user end.",
    ),
    (
        "CheckAccess and inherited permissions",
        "An active role brings what it inherits; its juniors are not listed as active.",
    ),
    (
        "Dynamic separation of duty with hierarchies",
        "Judged over the active roles and what they inherit, so that a senior role cannot bring two juniors that conflict.",
    ),
    (
        "Which edges of the hierarchy are stored",
        "Those that were asked for, also where others imply them; the closure is worked out.",
    ),
    (
        "Direct permissions of users",
        "An extension: a personal role that is always active, called `DIRECT` in explanations, outside separation of duty.",
    ),
    (
        "Active roles of a session that chose none",
        "The roles assigned that do not require activation, the longest-standing first, as many as dynamic separation of \
         duty allows, worked out by each decision. A new assignment joins at once.",
    ),
    (
        "Active roles of a session that chose some",
        "The stored choice, as far as the user is authorised for it now. A new assignment never joins by itself.",
    ),
    (
        "\"Already there\" and \"already gone\"",
        "Success without change; assigning again replaces the times and the reason.",
    ),
    (
        "Unknown names in CheckAccess",
        "Denied, with the reason `UNKNOWN_PERMISSION` to those who may read permissions and `NOT_GRANTED` to others.",
    ),
    (
        "A change that would break dynamic separation of duty in a live session",
        "Refused while a session that chose its roles would break it; others are worked out anew.",
    ),
    ("Policy-enhanced RBAC of 2012", "A companion standard, out of scope."),
];

const SCHEMES: &str = "administration::scheming::scheming_administrators_get_no_further_than_the_rules_let_them";
const BEYOND: &str = "administration::conferral::nothing_that_is_beyond_the_manager_can_be_handed_out_or_touched";
const ESCALATE: &str =
    "administration::conferral::whoever_holds_escalate_hands_out_what_they_lack_but_touches_nobody_beyond_them";

/// The invariants of administration, and their tests.
pub(super) const INVARIANTS: [(&str, &str, &[&str]); 9] = [
    (
        "R1",
        "No mutation grows anyone's reach beyond the power of who acts, nor for longer than they hold it, unless they hold \
         `rbac:escalate`.",
        &[SCHEMES, BEYOND, ESCALATE],
    ),
    (
        "R2",
        "Assigning and revoking need `role:assign`, direct grants `permission:grant`, and R1 and R4 besides.",
        &[SCHEMES, "administration::conferral::what_is_within_the_manager_can_be_handed_out_and_touched"],
    ),
    (
        "R3",
        "Ways round count: inheritance, edits of roles, nested inputs, import, defaults.",
        &[SCHEMES, BEYOND, "administration::incidents::i3_cve_2026_9795_no_role_gains_what_its_editor_lacks"],
    ),
    (
        "R4",
        "Only users whose reach, and only roles whose permissions are within the power of who acts may be changed; oneself \
         is exempt.",
        &[SCHEMES, BEYOND, ESCALATE],
    ),
    ("R5", "Nobody assigns to themselves what they could not assign to another.", &[SCHEMES]),
    (
        "R6",
        "Every system permission keeps a human holder, not suspended, by what has begun and has no end.",
        &[
            SCHEMES,
            "decisions::lockout::the_last_administrator_stays_on_every_path_that_touches_a_user",
            "decisions::lockout::the_last_way_stays_on_every_path_that_touches_a_role",
            "decisions::lockout::the_last_direct_grant_stays",
        ],
    ),
    ("R7", "Machines never exceed what their owner may do when they are used.", &[]),
    (
        "R8",
        "Separation of duty holds in every state that can be reached, also as time goes by.",
        &[SCHEMES, KEEP_STATIC, KEEP_DYNAMIC],
    ),
    (
        "R9",
        "What is refused changes nothing and is on record.",
        &[SCHEMES, "audit::refusals::f16_a_refused_change_is_a_denied_entry_with_its_code"],
    ),
];
