-- POST /api/customer-sessions/ for a customer.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  local requests, access = {}, word("access_token")
  for number, customer in ipairs(lines("customers")) do
    requests[number] = wrk.format("POST", "/api/customer-sessions/", {
      ["Host"] = wrk.headers["Host"],
      ["Content-Type"] = "application/json",
      ["Authorization"] = "Bearer " .. access,
    }, '{"customer_id":"' .. customer .. '","return_url":"https://shop.example.com/account"}')
  end
  request = prepared(requests)
end
