import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{a as t,f as n,m as r,n as i,r as a}from"./context-Bfg4-pPW.js";import{C as o,x as s}from"./vendor-DnGGznAG.js";import{r as c}from"./ScrollArea-DcwRd8Fg.js";import{t as l}from"./Badge-Dm9RP7M9.js";import{t as u}from"./Table-CGRqsHO5.js";import{O as d,S as f,f as p,s as m}from"./index-B_OFbSw_.js";import{t as h}from"./ReasonedButton-CSYMkAxq.js";import{n as g}from"./When-gBbbp3hL.js";import{t as _}from"./people-ByIUd51Q.js";import{n as v,r as y}from"./links-Bs_a5Oi9.js";import{t as b}from"./mutation-CDm8agyD.js";n(`
  fragment SessionRowParts on Session {
    id
    isCurrent
    device
    userAgent
    ipAddress
    createdAt
    lastSeenAt
    expiresAt
    activeRoles { id name }
    user { id username }
  }
`);var x=n(`
  query SessionsPage($first: Int, $after: String, $last: Int, $before: String, $filter: SessionFilter!) {
    sessions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { ...SessionRowParts }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`),S=n(`
  query SessionsUser($id: ID!) { user(id: $id) { id username } }
`),C=n(`
  mutation SessionEnd($id: ID!) { change: sessionRevoke(id: $id) { userErrors { ...ProblemParts } } }
`),w=n(`
  mutation SessionsEndAll($id: ID!) { change: userRevokeSessions(id: $id) { userErrors { ...ProblemParts } } }
`),T=n(`
  mutation SessionsEndOthers { change: sessionRevokeOthers { userErrors { ...ProblemParts } } }
`);function E({id:e,device:t,ipAddress:n,isCurrent:r,user:i}){return b({title:_.sessions.endTitle,sections:[{key:e,title:i.username,lines:[{sign:`removed`,text:_.sessions.endLine(t,n)}]}],note:r?_.sessions.endCurrent:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endTitle,document:C,variables:()=>({id:e}),payload:({change:e})=>e,hasDryRun:!1,onSaved:()=>{r&&p()}})}function D({id:e,username:t},n){return b({title:_.sessions.endAllTitle(t),sections:[{key:e,title:t,lines:[{sign:`removed`,text:_.sessions.endAllLine(n)}]}],note:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endAll,document:w,variables:()=>({id:e}),payload:({change:e})=>e,hasDryRun:!1})}function O(e){return b({title:_.sessions.endOthersTitle,sections:[{key:`others`,title:e,lines:[{sign:`removed`,text:_.sessions.endOthersLine}]}],note:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endOthers,document:T,variables:()=>({}),payload:({change:e})=>e,hasDryRun:!1})}var k=s(),{columns:A}=_.sessions;function j({sessions:e,hasUsers:t=!1,empty:n=_.sessions.none}){return e.length===0?(0,k.jsx)(r,{className:`faint`,children:n}):(0,k.jsx)(`div`,{className:`table-scroll`,tabIndex:0,role:`region`,"aria-label":_.sessions.title,children:(0,k.jsxs)(u,{verticalSpacing:6,children:[(0,k.jsx)(u.Thead,{children:(0,k.jsxs)(u.Tr,{children:[t&&(0,k.jsx)(u.Th,{children:A.user}),(0,k.jsx)(u.Th,{children:A.device}),(0,k.jsx)(u.Th,{visibleFrom:`sm`,children:A.ip}),(0,k.jsx)(u.Th,{visibleFrom:`sm`,children:A.roles}),(0,k.jsx)(u.Th,{children:A.lastSeen}),(0,k.jsx)(u.Th,{visibleFrom:`sm`,children:A.expires}),(0,k.jsx)(u.Td,{visibleFrom:`sm`}),(0,k.jsx)(u.Td,{})]})}),(0,k.jsx)(u.Tbody,{children:e.map(e=>(0,k.jsx)(M,{session:e,hasUser:t},e.id))})]})})}function M({session:e,hasUser:n}){let o=f(),s=i(),{user:c}=a(),{user:d,device:p,userAgent:v,ipAddress:b,activeRoles:x,lastSeenAt:S,expiresAt:C,isCurrent:w}=e,T=d.id===c.id||s(`session:revoke`);return(0,k.jsxs)(u.Tr,{children:[n&&(0,k.jsx)(u.Td,{children:(0,k.jsx)(y,{user:d})}),(0,k.jsxs)(u.Td,{title:v??void 0,children:[p,` `,w&&(0,k.jsx)(l,{variant:`light`,size:`sm`,tt:`none`,children:_.sessions.current}),(0,k.jsx)(r,{className:`faint`,size:`xs`,hiddenFrom:`sm`,children:b??_.sessions.unknown})]}),(0,k.jsx)(u.Td,{visibleFrom:`sm`,children:b??(0,k.jsx)(`span`,{className:`faint`,children:_.sessions.unknown})}),(0,k.jsx)(u.Td,{visibleFrom:`sm`,children:(0,k.jsx)(N,{roles:x})}),(0,k.jsx)(u.Td,{children:(0,k.jsx)(g,{at:S})}),(0,k.jsx)(u.Td,{visibleFrom:`sm`,children:(0,k.jsx)(g,{at:C})}),(0,k.jsx)(u.Td,{visibleFrom:`sm`,children:(0,k.jsx)(m,{label:t.copyId,value:()=>e.id})}),(0,k.jsx)(u.Td,{ta:`right`,children:(0,k.jsx)(h,{reason:T?null:t.lacks(`session:revoke`),onClick:()=>o(E(e)),size:`compact-sm`,variant:`default`,"aria-label":_.sessions.endOf(p),children:_.sessions.end})})]})}function N({roles:e}){return e.length===0?(0,k.jsx)(`span`,{className:`faint`,children:_.sessions.noRoles}):(0,k.jsx)(k.Fragment,{children:e.map((e,t)=>(0,k.jsxs)(`span`,{children:[t>0&&`, `,(0,k.jsx)(v,{role:e})]},e.id))})}var P=e(o(),1),F=250;function I({label:e,placeholder:t=``,value:n=``,onChange:r}){let[i,a]=(0,P.useState)(n),o=(0,P.useRef)(n),s=c(e=>{o.current=e.trim(),r(e.trim()||void 0)},F);return(0,P.useEffect)(()=>{n!==o.current&&a(n),o.current=n},[n]),(0,k.jsx)(d,{type:`search`,label:e,placeholder:t,value:i,onChange:({currentTarget:e})=>{a(e.value),s(e.value)}})}export{O as a,D as i,N as n,x as o,j as r,S as s,I as t};