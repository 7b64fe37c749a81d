-- GET /store/customers/me with the cookie of a session.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, key = {}, word("publishable_key")
  for number, cookie in ipairs(lines("cookies")) do
    requests[number] = wrk.format("GET", "/store/customers/me", {
      ["Host"] = wrk.headers["Host"],
      ["Accept"] = "application/json",
      ["Cookie"] = "connect.sid=" .. cookie,
      ["x-publishable-api-key"] = key,
    })
  end
  request = prepared(requests)
end
