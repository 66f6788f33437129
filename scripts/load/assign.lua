-- Assigns the role ROLE_ID to the users whose ids are in the file USER_IDS, from number FIRST on, each once.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")

local users, number = {}, tonumber(os.getenv("FIRST"))
for line in io.lines(os.getenv("USER_IDS")) do users[#users + 1] = line end

request = function()
    number = number + 1
    return wrk.format(nil, nil, nil, '{"query":"mutation { userAssignRoles(userId: \\"' .. users[number] ..
        '\\", roleIds: [\\"' .. os.getenv("ROLE_ID") .. '\\"]) { userErrors { code } } }"}')
end

response = function(_, _, body)
    if body:find('"code"') then print("refused: " .. body) end
end
