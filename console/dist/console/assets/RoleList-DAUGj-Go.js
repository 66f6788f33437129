import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{f as t,i as n,m as r}from"./context-Bfg4-pPW.js";import{C as i,f as a,x as o}from"./vendor-DnGGznAG.js";import{t as s}from"./SegmentedControl-BK--gZ_4.js";import{n as c,t as l}from"./pickers-5YU4RMLl.js";import{n as u,t as d}from"./Card-BkaLBHt4.js";import{i as f,t as p}from"./Stack-BEjLY_bW.js";import{t as m}from"./Badge-Dm9RP7M9.js";import{t as h}from"./Table-CGRqsHO5.js";import{O as g,S as _,T as v,a as y,b,x}from"./index-B_OFbSw_.js";import{t as S}from"./ReasonedButton-CSYMkAxq.js";import{n as C,t as w}from"./store-BHd797aP.js";import{n as T}from"./links-Bs_a5Oi9.js";import{t as E}from"./mutation-CDm8agyD.js";var D=e(i(),1),O={title:`Roles`,views:{list:`List`,matrix:`Matrix`,graph:`Graph`},view:`View`,search:`Filter by name`,permission:`With permission`,empty:`No role matches.`,name:`Role`,permissions:`Permissions`,permissionCounts:(e,t)=>`${e} granted, ${t} inherited`,members:`Assigned`,description:`Description`,system:`built in`,isDefault:`default`,requiresActivation:`needs activation`,create:`New role`,createTitle:e=>`Create ${e}`,createLine:`the role`,copyOf:e=>`a copy of ${e}: its permissions and what it inherits from`,reads:e=>`granted ${e}`,templates:{empty:`Empty`,reader:`Reads a resource`,copy:`Copy of a role`},template:`Template`,resource:`Resource`,resourceHint:e=>`Grants ${e}, which must exist.`,source:`Role to copy`,nameLabel:`Name`,nameMissing:`Name the role first.`,addToDraft:`Add to draft`,review:`Review`,cannotWrite:`You lack role:write.`,cannotDelete:`You lack role:delete.`,cannotGrant:`You lack permission:grant.`,cannotAssign:`You may not assign this role: it holds permissions that you lack, or you lack role:assign.`,cannotManage:`You may not change this role: it holds permissions that you lack, or it is built in.`,immutable:`A built-in role cannot be deleted.`,duplicate:`Duplicate`,delete:`Delete`,deleteTitle:e=>`Delete ${e}`,deleteLine:`the role, its grants and its assignments`,edit:`Settings`,editTitle:e=>`Change ${e}`,fields:{name:`Name`,description:`Description`,isDefault:`Assigned to every new account`,requiresActivation:`Inactive until the user activates it`},lines:{name:e=>`name: ${e}`,description:e=>e?`description: ${e}`:`no description`,isDefault:e=>e?`assigned to every new account`:`not assigned to new accounts`,requiresActivation:e=>e?`inactive until activated`:`active at login`},tabs:{permissions:`Permissions`,inherits:`Inherits`,members:`Members`,constraints:`Constraints`,history:`History`},granted:`granted`,from:`from `,byPattern:e=>`by ${e}`,sourceLabel:`Source`,revoke:`Revoke`,grant:`Grant a permission`,drafted:`in the draft`,noPermissions:`This role has no permissions.`,patterns:`Patterns`,patternHint:`A pattern such as invoice:* stands for all permissions of a resource, also those that are named later.`,patternLabel:`Grant a pattern`,patternTitle:(e,t)=>`Grant ${e} to ${t}`,patternRevokeTitle:(e,t)=>`Revoke ${e} from ${t}`,covers:e=>`covers ${n(e,`permission`,`permissions`)}`,inheritsFrom:`Inherits from`,inheritsFromHint:`This role has the permissions of these roles.`,inheritedBy:`Inherited by`,inheritedByHint:`These roles have the permissions of this role.`,through:`through others`,addJunior:`Let it inherit from`,removeJunior:e=>`End the inheritance from ${e}`,noLinks:`None.`,assigned:`Assigned`,everybody:`All, by inheritance too`,assign:`Assign to a user`,until:`Until`,unassign:`Unassign`,noMembers:`Nobody has this role.`,noConstraints:`No constraint names this role.`,graph:{search:`Find a role`,legend:`Seniors stand above juniors: a line leads from a role to those that it inherits from. Dashed lines are changes of the draft.`,list:`As a list`,region:`Role hierarchy`,inherits:e=>`inherits from ${n(e,`role`,`roles`)}`,inheritedBy:e=>`inherited by ${n(e,`role`,`roles`)}`,level:e=>`, level ${e}`,repeated:`(see above)`,open:`Open`,cycle:`The draft would close a cycle. The service refuses it.`,cyclePath:e=>`${e.join(` inherits from `)}.`,states:{added:`▲ added`,removed:`▽ removed`,refused:`⊘ cycle`},addTo:e=>`Let ${e} inherit from`,many:(e,t)=>`${e} of ${n(t,`role`,`roles`)} are drawn. Find a role to see those around it.`}},k=t(`
  query Roles($first: Int, $after: String, $last: Int, $before: String, $filter: RoleFilter) {
    roles(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes {
        id
        name
        description
        isSystem
        isDefault
        requiresActivation
        permissions { id }
        effectivePermissions { permission { id } isInherited }
        assignedUsers(first: 1) { totalCount }
      }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`),A=t(`
  query Role($id: ID!) {
    role(id: $id) {
      id
      name
      description
      isSystem
      isDefault
      requiresActivation
      version
      viewerCanManage
      viewerCanAssign
    }
  }
`),j=t(`
  query RolePermissions($id: ID!) {
    role(id: $id) {
      id
      effectivePermissions { permission { id name description } source { id name } pattern isInherited }
      permissionPatterns { pattern permissionCount }
    }
  }
`),M=t(`
  query RoleLinks($id: ID!) {
    role(id: $id) {
      id
      inheritsFrom { id name }
      inheritsFromAll { id name }
      inheritedBy { id name }
      inheritedByAll { id name }
    }
  }
`),N=t(`
  query RoleMembers($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $all: Boolean!) {
    role(id: $id) {
      id
      assignedUsers(first: $first, after: $after, last: $last, before: $before) @skip(if: $all) {
        nodes { id username displayName }
        pageInfo { ...PageParts }
        totalCount
      }
      authorizedUsers(first: $first, after: $after, last: $last, before: $before) @include(if: $all) {
        nodes { id username displayName roles { id name } }
        pageInfo { ...PageParts }
        totalCount
      }
    }
  }
`),P=t(`
  query RoleConstraints($id: ID!) { role(id: $id) { id sodConstraints { id name kind limit roles { id name } } } }
`),F=t(`
  query RoleHistory($id: ID!) { role(id: $id) { id auditTrail(first: 50) { nodes { id at summary } } } }
`),I=t(`
  query Hierarchy { roleHierarchy { roles { id name version viewerCanManage } links { role { id } inheritsFrom { id } } } }
`),L=t(`
  mutation CopyRole($input: RoleCreateInput!) {
    change: roleCreate(input: $input) { role { id } impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),R=t(`
  mutation UpdateRole($id: ID!, $input: RoleUpdateInput!, $version: Int!) {
    change: roleUpdate(id: $id, input: $input, expectedVersion: $version) { userErrors { ...ProblemParts } }
  }
`),z=t(`
  mutation DeleteRole($id: ID!, $dryRun: Boolean!) {
    change: roleDelete(id: $id, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),B=t(`
  mutation GrantPattern($id: ID!, $patterns: [String!]!, $dryRun: Boolean!) {
    change: roleGrantPatterns(roleId: $id, patterns: $patterns, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`),V=t(`
  mutation RevokePattern($id: ID!, $patterns: [String!]!, $dryRun: Boolean!) {
    change: roleRevokePatterns(roleId: $id, patterns: $patterns, dryRun: $dryRun) { impact { ...ImpactParts } userErrors { ...ProblemParts } }
  }
`);function H(e,t,n,r){return E({title:O.createTitle(e),sections:[{key:e,title:e,lines:[{sign:`added`,text:O.copyOf(n.name)}]}],document:L,variables:()=>({input:{name:e,description:t,copyFromId:n.id}}),payload:({change:e})=>e,hasDryRun:!1,onSaved:({change:e})=>e?.role&&r(e.role.id)})}function U(e,t){return E({title:O.editTitle(e.name),sections:[{key:e.id,title:e.name,lines:K(t)}],document:R,variables:()=>({id:e.id,input:t,version:e.version}),payload:({change:e})=>e,hasDryRun:!1})}function W({id:e,name:t},n){return E({title:O.deleteTitle(t),sections:[{key:e,title:t,lines:[{sign:`removed`,text:O.deleteLine}]}],isDanger:!0,document:z,variables:t=>({id:e,dryRun:t}),payload:({change:e})=>e,hasDryRun:!0,nameToType:t,onSaved:n})}function G({id:e,name:t},n,r){let i=r===`grant`;return E({title:i?O.patternTitle(n,t):O.patternRevokeTitle(n,t),sections:[{key:e,title:t,lines:[{sign:i?`added`:`removed`,text:n}]}],document:i?B:V,variables:t=>({id:e,patterns:[n],dryRun:t}),payload:({change:e})=>e,hasDryRun:!0})}function K({name:e,description:t,isDefault:n,requiresActivation:r}){let i=[];return typeof e==`string`&&i.push(O.lines.name(e)),t!==void 0&&i.push(O.lines.description(t)),typeof n==`boolean`&&i.push(O.lines.isDefault(n)),typeof r==`boolean`&&i.push(O.lines.requiresActivation(r)),i.map(e=>({sign:`set`,text:e}))}var q=o(),J=[`empty`,`reader`,`copy`];function Y({onDone:e,source:t=void 0}){let{add:n}=w(),r=_(),i=a(),[o,u]=(0,D.useState)(``),[m,h]=(0,D.useState)(``),[v,y]=(0,D.useState)(t?`copy`:`empty`),[b,x]=(0,D.useState)(null),[T,E]=(0,D.useState)(t??null),k=o.trim()!==``&&(v!==`copy`||T!==null)&&(v!==`reader`||b!==null);return(0,q.jsx)(d,{title:O.create,children:(0,q.jsxs)(p,{gap:`sm`,maw:560,children:[(0,q.jsx)(s,{"aria-label":O.template,value:v,onChange:e=>y(J.find(t=>t===e)??`empty`),data:J.map(e=>({value:e,label:O.templates[e]}))}),(0,q.jsx)(g,{label:O.nameLabel,value:o,onChange:({currentTarget:e})=>u(e.value)}),(0,q.jsx)(g,{label:O.description,value:m,onChange:({currentTarget:e})=>h(e.value)}),v===`reader`&&(0,q.jsx)(l,{label:O.grant,value:b,onChange:x}),v===`copy`&&(0,q.jsx)(c,{label:O.source,value:T,onChange:E}),(0,q.jsx)(f,{children:(0,q.jsx)(S,{reason:k?null:O.nameMissing,onClick:()=>{let t=m.trim()||null;if(v===`copy`&&T)r(H(o.trim(),t,T,e=>void i({to:`/roles/$id`,params:{id:e}})));else{let r=C(o.trim());n({kind:`createRole`,role:r,description:t}),v===`reader`&&b&&n({kind:`grant`,role:r,permission:{id:b.id,name:b.name}}),e()}},children:v===`copy`?O.review:O.addToDraft})})]})})}function X({variables:e,onPage:t}){let n=x(k,e,{keep:!0});return(0,q.jsx)(v,{query:n,children:({roles:e},n)=>{let i=b(n,`roles`);return e?e.nodes.length===0?(0,q.jsx)(r,{className:`faint`,children:O.empty}):(0,q.jsxs)(q.Fragment,{children:[(0,q.jsx)(`div`,{className:`table-scroll`,children:(0,q.jsxs)(h,{children:[(0,q.jsx)(h.Thead,{children:(0,q.jsxs)(h.Tr,{children:[(0,q.jsx)(h.Th,{children:O.name}),(0,q.jsx)(h.Th,{children:O.description}),(0,q.jsx)(h.Th,{children:O.permissions}),(0,q.jsx)(h.Th,{children:O.members})]})}),(0,q.jsx)(h.Tbody,{children:e.nodes.map(e=>(0,q.jsx)(Z,{role:e},e.id))})]})}),(0,q.jsx)(y,{page:e.pageInfo,total:e.totalCount,onPage:t})]}):i?(0,q.jsx)(u,{error:i}):null}})}function Z({role:e}){let t=new Set((e.effectivePermissions??[]).filter(({isInherited:e})=>e).map(({permission:e})=>e.id));return(0,q.jsxs)(h.Tr,{children:[(0,q.jsxs)(h.Td,{children:[(0,q.jsx)(T,{role:e}),` `,(0,q.jsx)(Q,{role:e})]}),(0,q.jsx)(h.Td,{className:`faint`,children:e.description}),(0,q.jsx)(h.Td,{children:e.permissions?O.permissionCounts(e.permissions.length,t.size):`–`}),(0,q.jsx)(h.Td,{children:e.assignedUsers?.totalCount??`–`})]})}function Q({role:e}){return(0,q.jsxs)(q.Fragment,{children:[e.isSystem&&(0,q.jsx)(m,{size:`xs`,variant:`light`,color:`gray`,children:O.system}),` `,e.isDefault&&(0,q.jsx)(m,{size:`xs`,variant:`light`,children:O.isDefault}),` `,e.requiresActivation&&(0,q.jsx)(m,{size:`xs`,variant:`light`,color:`yellow`,children:O.requiresActivation})]})}export{G as a,P as c,N as d,j as f,O as h,W as i,F as l,k as m,X as n,U as o,A as p,Y as r,I as s,Q as t,M as u};