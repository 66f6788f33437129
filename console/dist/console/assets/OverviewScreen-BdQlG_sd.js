import{g as e,n as t,u as n,x as r}from"./vendor-DnGGznAG.js";import{c as i,f as a,m as o,n as s}from"./context-Bfg4-pPW.js";import{t as c}from"./Screen-3OLPnBR7.js";import{t as l}from"./answers-DdXQ-xaV.js";import{S as ee,T as u,b as d,s as f,x as p}from"./index-B_OFbSw_.js";import{t as m}from"./Card-BkaLBHt4.js";import{i as h,t as g}from"./Stack-BEjLY_bW.js";import{n as _,r as v,t as y}from"./links-Bs_a5Oi9.js";import{n as b,t as x}from"./When-gBbbp3hL.js";import{t as S}from"./Sentence-BzDvCAxU.js";import{t as C}from"./Tabs-BdhydbgE.js";import{t as w}from"./ReasonedButton-CSYMkAxq.js";import{t as T}from"./mutation-CDm8agyD.js";var E=a(`
  query OverviewCounts {
    users(first: 0) { totalCount }
    roles(first: 0) { totalCount }
    permissions(first: 0) { totalCount }
    sessions(first: 0) { totalCount }
  }
`),te=a(`
  query OverviewDenials($first: Int!) {
    auditLog(first: $first, filter: { outcome: [DENIED] }) { nodes { id at summary } }
  }
`),D=a(`
  query OverviewExpiring($first: Int!, $before: DateTime!) {
    accessReport(first: $first, filter: { expiringBefore: $before }) {
      totalCount
      nodes { user { id username } role { id name } permission { id name } expiresAt }
    }
  }
`),O=a(`
  query OverviewDirect($first: Int!) {
    users(first: $first, filter: { hasDirectPermissions: true }) {
      totalCount
      nodes { id username directPermissions { id name } }
    }
  }
`),k=a(`
  query OverviewUnused($first: Int!, $days: Int!) {
    roles(first: $first, filter: { unusedForDays: $days, isSystem: false }) {
      totalCount
      nodes { id name authorizedUsers(first: 0) { totalCount } }
    }
  }
`),A=a(`
  query OverviewProgress {
    permissions(first: 0, filter: { isSystem: false }) { totalCount }
    roles(first: 5, filter: { isSystem: false }) { nodes { id isDefault } }
    users(first: 0) { totalCount }
    sessions(first: 2) { nodes { id isCurrent } }
  }
`),j=a(`
  query OverviewDemo { demo { isLoaded canLoad } }
`),M=a(`
  mutation LoadDemo { change: demoLoad { users roles userErrors { ...ProblemParts } } }
`),N=a(`
  mutation RemoveDemo { change: demoRemove { users roles userErrors { ...ProblemParts } } }
`),P=r(),F=[`users`,`roles`,`permissions`,`sessions`],I=new Intl.NumberFormat;function L(){let e=p(E,{});return(0,P.jsx)(u,{query:e,children:(e,t)=>(0,P.jsx)(`div`,{className:`figures`,children:F.map(r=>(0,P.jsxs)(m,{error:d(t,r),children:[(0,P.jsx)(o,{className:`figure`,children:I.format(e[r]?.totalCount??0)}),(0,P.jsx)(n,{to:`/${r}`,className:`link`,children:l.overview.figures[r]})]},r))})})}var R=6,z=7,B=90;function V(){let e=p(te,{first:R});return(0,P.jsx)(G,{title:l.overview.denials,query:e,field:`auditLog`,children:({auditLog:e})=>(0,P.jsx)(K,{empty:l.overview.noDenials,rows:(e?.nodes??[]).map(({id:e,at:t,summary:r})=>({key:e,left:(0,P.jsx)(n,{to:`/audit`,search:{event:e,outcome:`DENIED`},className:`link`,children:(0,P.jsx)(S,{text:r})}),right:(0,P.jsx)(b,{at:t})}))})})}function H(){let e=p(D,{first:R,before:W(z)});return(0,P.jsx)(G,{title:l.overview.expiring,query:e,field:`accessReport`,children:({accessReport:e})=>(0,P.jsx)(K,{empty:l.overview.noExpiring,total:e?.totalCount,rows:(e?.nodes??[]).map(({user:e,role:t,permission:n,expiresAt:r})=>({key:`${e.id} ${t?.id??n?.id}`,left:(0,P.jsxs)(P.Fragment,{children:[(0,P.jsx)(v,{user:e}),`: `,t&&(0,P.jsx)(_,{role:t}),n&&(0,P.jsx)(y,{permission:n})]}),right:(0,P.jsx)(x,{at:r})}))})})}function ne(){let e=p(O,{first:R});return(0,P.jsx)(G,{title:l.overview.direct,query:e,field:`users`,children:({users:e})=>(0,P.jsx)(K,{empty:l.overview.noDirect,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,P.jsx)(v,{user:e}),right:(0,P.jsx)(`span`,{className:`name`,children:(e.directPermissions??[]).map(({name:e})=>e).join(`, `)})}))})})}function U(){let e=p(k,{first:R,days:B});return(0,P.jsx)(G,{title:l.overview.unused(B),query:e,field:`roles`,children:({roles:e})=>(0,P.jsx)(K,{empty:l.overview.noUnused,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,P.jsx)(_,{role:e}),right:l.overview.members(e.authorizedUsers?.totalCount??null)}))})})}function W(e){let t=new Date;return new Date(t.getFullYear(),t.getMonth(),t.getDate()+e+1).toISOString()}function G({title:e,query:t,field:n,children:r}){return(0,P.jsx)(m,{title:e,error:d(t.data,n),children:(0,P.jsx)(u,{query:t,children:r})})}function K({empty:e,total:t=0,rows:n}){return n.length===0?(0,P.jsx)(o,{className:`faint`,children:e}):(0,P.jsxs)(P.Fragment,{children:[(0,P.jsx)(`ul`,{className:`plain-list`,children:n.map(({key:e,left:t,right:n})=>(0,P.jsxs)(h,{component:`li`,justify:`space-between`,gap:`sm`,wrap:`nowrap`,py:3,children:[(0,P.jsx)(`span`,{children:t}),(0,P.jsx)(o,{span:!0,className:`faint`,size:`sm`,ta:`right`,style:{flexShrink:0,maxWidth:`60%`},children:n})]},e))}),t>n.length&&(0,P.jsx)(o,{className:`faint`,size:`sm`,children:l.overview.more(t-n.length)})]})}function q(){let{start:e}=l,t=ee(),n=s(),r=p(j,{}).data?.data.demo;if(!r)return null;let i=n(`policy:apply`)?null:e.demoLacks;return(0,P.jsx)(Q,{isDone:r.isLoaded,title:e.demo,children:r.isLoaded?(0,P.jsx)(w,{reason:i,size:`compact-sm`,variant:`default`,onClick:()=>t(Y()),children:e.demoRemove}):(0,P.jsx)(w,{reason:r.canLoad?i:e.demoNotEmpty,size:`compact-sm`,onClick:()=>t(J()),children:e.demoLoad})})}function J(){let{start:e}=l;return T({title:e.demoLoad,sections:[{key:`demo`,title:e.demoName,lines:e.demoLines.map(e=>({sign:`added`,text:e}))}],document:M,variables:()=>({}),payload:({change:e})=>e,hasDryRun:!1})}function Y(){let{start:e}=l;return T({title:e.demoRemove,sections:[{key:`demo`,title:e.demoName,lines:[{sign:`removed`,text:e.demoRemoved}]}],isDanger:!0,document:N,variables:()=>({}),payload:({change:e})=>e,hasDryRun:!1})}var X={fetch:e=>`const response = await fetch("${e}/graphql", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: \`Bearer \${accessToken}\` },
  body: JSON.stringify({ query: "{ viewer { user { username } permissions } }" }),
});
const { data, errors } = await response.json();`,urql:e=>`import { cacheExchange, Client, fetchExchange } from "urql";

export const client = new Client({
  url: "${e}/graphql",
  exchanges: [cacheExchange, fetchExchange],
  fetchOptions: () => ({ headers: { authorization: \`Bearer \${accessToken}\` } }),
});`,Apollo:e=>`import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";

const authorized = new ApolloLink((operation, forward) => {
  operation.setContext({ headers: { authorization: \`Bearer \${accessToken}\` } });
  return forward(operation);
});
export const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: authorized.concat(new HttpLink({ uri: "${e}/graphql" })),
});`,"Vite proxy":e=>`// vite.config.ts: the page and the API have one origin, so that cookies work without CORS.
export default defineConfig({
  server: { proxy: { "/graphql": "${e}" } },
});`},Z=Object.keys(X);function re({progress:e}){let{start:t}=l;return(0,P.jsx)(m,{title:t.title,children:(0,P.jsxs)(`ol`,{className:`plain-list steps`,children:[(0,P.jsx)(q,{}),(0,P.jsx)(Q,{isDone:e.permissions,title:t.permissions,children:(0,P.jsx)(n,{to:`/permissions`,className:`link`,children:t.permissionsLink})}),(0,P.jsx)(Q,{isDone:e.roles,title:t.roles,children:(0,P.jsx)(n,{to:`/roles`,className:`link`,children:t.rolesLink})}),(0,P.jsxs)(Q,{isDone:e.people,title:t.people,children:[(0,P.jsx)(n,{to:`/import`,className:`link`,children:t.importLink}),` `,t.or,` `,(0,P.jsx)(n,{to:`/users`,className:`link`,children:t.inviteLink})]}),(0,P.jsx)(Q,{isDone:e.app,title:t.app,children:(0,P.jsx)(ie,{})})]})})}function Q({isDone:e,title:t,children:n}){return(0,P.jsxs)(`li`,{children:[(0,P.jsx)(`span`,{role:`img`,"aria-label":e?l.start.done:l.start.open,className:e?`allowed`:`faint`,children:e?`✓`:`○`}),(0,P.jsxs)(g,{gap:4,flex:1,miw:0,children:[(0,P.jsx)(o,{fw:600,children:t}),(0,P.jsx)(`div`,{children:n})]})]})}function ie(){return(0,P.jsxs)(g,{gap:`xs`,children:[(0,P.jsx)(o,{className:`faint`,children:l.start.appHint}),(0,P.jsxs)(C,{defaultValue:`0`,keepMounted:!1,children:[(0,P.jsx)(C.List,{children:Z.map((e,t)=>(0,P.jsx)(C.Tab,{value:String(t),children:e},e))}),Z.map((e,t)=>{let n=X[e](location.origin);return(0,P.jsxs)(C.Panel,{value:String(t),pt:`xs`,children:[(0,P.jsx)(`pre`,{className:`listing`,tabIndex:0,role:`region`,"aria-label":l.start.code(e),children:n}),(0,P.jsx)(f,{label:l.policy.copy,value:()=>n})]},e)})]})]})}function ae({permissions:e,roles:t,users:n,sessions:r}){return!e||!t||!n?null:{permissions:e.totalCount>0,roles:t.nodes.some(({isDefault:e})=>!e),people:n.totalCount>1,app:(r?.nodes??[]).some(({isCurrent:e})=>!e)}}function oe({permissions:e,roles:t,people:n}){return!e||!t||!n}var $=`get-started`,se=3e3;function ce(){let r=t().hash===$,{data:a}=e({queryKey:[`progress`],queryFn:async()=>ae((await i(A,{})).data),refetchInterval:({state:e})=>!Object.values(e.data??{}).every(Boolean)&&se}),o=a?r||oe(a):!1;return(0,P.jsxs)(c,{title:l.overview.title,name:l.overview.title,operation:{document:E,variables:{}},actions:a&&!o&&(0,P.jsx)(n,{to:`/`,hash:$,className:`link`,children:l.start.title}),children:[o&&a&&(0,P.jsx)(re,{progress:a}),(0,P.jsx)(L,{}),(0,P.jsxs)(`div`,{className:`cards`,children:[(0,P.jsx)(V,{}),(0,P.jsx)(H,{}),(0,P.jsx)(ne,{}),(0,P.jsx)(U,{})]})]})}export{ce as default};