-- GET /store/customers/me with the JWT of a session.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, key = {}, word("publishable_key")
  for number, jwt in ipairs(lines("jwts")) do
    requests[number] = wrk.format("GET", "/store/customers/me", {
      ["Host"] = wrk.headers["Host"],
      ["Accept"] = "application/json",
      ["Authorization"] = "Bearer " .. jwt,
      ["x-publishable-api-key"] = key,
    })
  end
  request = prepared(requests)
end
