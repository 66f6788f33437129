wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("TOKEN") and ("Bearer " .. os.getenv("TOKEN")) or nil
wrk.body = [[{"query":"{ users(first: 50) { nodes { id username roles { name } } } }"}]]
