DROP TABLE sign_in_flows;
DROP TABLE federated_identities;
DROP TABLE identity_providers;
