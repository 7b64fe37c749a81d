-- POST /api/customer-sessions/introspect with the token of a session.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, access = {}, word("access_token")
  for number, token in ipairs(lines("session_tokens")) do
    requests[number] = wrk.format("POST", "/api/customer-sessions/introspect", {
      ["Host"] = wrk.headers["Host"],
      ["Content-Type"] = "application/json",
      ["Authorization"] = "Bearer " .. access,
    }, '{"token":"' .. token .. '"}')
  end
  request = prepared(requests)
end
