-- POST /auth/customer/emailpass with an e-mail and the password that all have, or another one that is given.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, key, password = {}, word("publishable_key"), args[7] or word("password")
  for number, email in ipairs(lines("emails")) do
    requests[number] = wrk.format("POST", "/auth/customer/emailpass", {
      ["Host"] = wrk.headers["Host"],
      ["Accept"] = "application/json",
      ["Content-Type"] = "application/json",
      ["x-publishable-api-key"] = key,
    }, '{"email":"' .. email .. '","password":"' .. password .. '"}')
  end
  request = prepared(requests)
end
