-- POST /store/customers/me/addresses with the cookie of a session.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, key = {}, word("publishable_key")
  for number, cookie in ipairs(lines("cookies")) do
    requests[number] = wrk.format("POST", "/store/customers/me/addresses", {
      ["Host"] = wrk.headers["Host"],
      ["Accept"] = "application/json",
      ["Content-Type"] = "application/json",
      ["Cookie"] = "connect.sid=" .. cookie,
      ["x-publishable-api-key"] = key,
    }, '{"address_name":"Home","first_name":"Grace","last_name":"Hopper","address_1":"12 Navy Yard",'
      .. '"city":"Arlington","country_code":"us","province":"us-va","postal_code":"22202"}')
  end
  request = prepared(requests)
end
