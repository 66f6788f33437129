wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"query":"mutation { login(username: \"visitor\", password: \"plain-sailing-over-7-seas\") { accessToken userErrors { code } } }"}]]
