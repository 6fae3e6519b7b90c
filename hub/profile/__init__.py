"""Who the customers are: identity, contact points, and the profile that every channel shares."""
